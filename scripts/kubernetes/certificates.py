"""Certificates and kubeconfigs. A certificate's common name is its user in Kubernetes, its organisation the group."""

from pathlib import Path

from network import API_SERVICE, HOST, NODES, address
from processes import STATE, call

PKI = STATE / "pki"
API = f"https://{HOST}:6443"
DAYS = "30"
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def make() -> None:
    PKI.mkdir(parents=True)
    for authority in ("ca", "front-proxy-ca"):
        files = ("-keyout", PKI / f"{authority}.key", "-out", PKI / f"{authority}.crt")
        call("openssl", "req", "-x509", *KEY, "-days", DAYS, "-subj", f"/CN={authority}", *files)
    call("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", PKI / "accounts.key")
    call("openssl", "ec", "-in", PKI / "accounts.key", "-pubout", "-out", PKI / "accounts.pub")
    names = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
    api_names = [f"DNS:{name}" for name in names] + [f"IP:{ip}" for ip in (HOST, API_SERVICE, "127.0.0.1")]
    _sign("apiserver", "/CN=kube-apiserver", ",".join(api_names))
    _sign("admin", "/O=system:masters/CN=admin", "DNS:admin")
    _sign("front-proxy", "/CN=front-proxy-client", "DNS:front-proxy-client", authority="front-proxy-ca")
    kubeconfig("admin")
    for node in NODES:
        _sign(node, f"/O=system:nodes/CN=system:node:{node}", f"DNS:{node},IP:{address(node)}")
        kubeconfig(node)


def _sign(name: str, subject: str, names: str, authority: str = "ca") -> None:
    request = PKI / f"{name}.csr"
    call("openssl", "req", *KEY, "-subj", subject, "-keyout", PKI / f"{name}.key", "-out", request)
    extensions = PKI / f"{name}.ext"
    extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n")
    by = ("-CA", PKI / f"{authority}.crt", "-CAkey", PKI / f"{authority}.key", "-CAcreateserial")
    to = ("-days", DAYS, "-extfile", extensions, "-out", PKI / f"{name}.crt")
    call("openssl", "x509", "-req", "-in", request, *by, *to)


def kubeconfig(user: str) -> Path:
    """Self-contained, so that it can be copied."""
    path = STATE / f"{user}.kubeconfig"
    data = {name: _base64(PKI / name) for name in ("ca.crt", f"{user}.crt", f"{user}.key")}
    path.touch(mode=0o600)
    path.write_text(f"""apiVersion: v1
kind: Config
current-context: demo-app
contexts: [{{name: demo-app, context: {{cluster: demo-app, user: {user}}}}}]
clusters: [{{name: demo-app, cluster: {{server: "{API}", certificate-authority-data: {data["ca.crt"]}}}}}]
users: [{{name: {user}, user: {{client-certificate-data: {data[f"{user}.crt"]}, client-key-data: {data[f"{user}.key"]}}}}}]
""")
    return path


def _base64(path: Path) -> str:
    return call("base64", "--wrap=0", path)
