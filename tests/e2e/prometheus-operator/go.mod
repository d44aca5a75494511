// For the schema of its ServiceMonitor, which this module holds as YAML; nothing of it is built.
module demo-app.test/prometheus-operator

go 1.24.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
