"""One worker, since the server gets one core, with threads for the requests that wait on the disk."""

worker_class = "gthread"
workers = 1
threads = 8
keepalive = 75
worker_connections = 4096
backlog = 2048
accesslog = None
loglevel = "warning"
