"""Where things are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "build" / "demo-app"
DRIVER = ROOT / "build" / "bench" / "driver" / "http_load"
WORK = ROOT / "build" / "bench"
FLASK = ROOT / "bench" / "peers" / "flask"
FLASK_VENV = WORK / "flask"
SECANTUS_VENV = WORK / "secantus"
NGINX_TEMPLATE = ROOT / "bench" / "peers" / "nginx" / "nginx.conf.in"
REPORT = ROOT / "docs" / "benchmarks.md"
CHART = ROOT / "docs" / "benchmarks.svg"
