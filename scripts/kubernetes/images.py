"""Container images made of files of this machine, and put into the cluster's registry: no engine, no layers of others."""

import hashlib
import io
import json
import subprocess
import tarfile
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


@dataclass
class Image:
    """What goes into one: files by their path in it, links, and how it is run."""

    files: dict[str, Path] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)  # Path: owner. Everybody may write into them if it is 0.
    texts: dict[str, str] = field(default_factory=dict)
    config: dict[str, object] = field(default_factory=dict)  # "User", "Entrypoint", "Cmd", "Env" …

    def add_program(self, path: str, source: Path) -> None:
        """A program with the libraries it is linked with, where its loader looks for them."""
        self.files[path] = source
        self.add_libraries_of(source)

    def add_libraries_of(self, *binaries: Path) -> None:
        known = {path.resolve() for path in self.files.values()}
        listed = subprocess.run(["ldd", *binaries], capture_output=True, text=True, check=False).stdout
        for line in listed.splitlines():
            words = [word for word in line.split() if word.startswith("/") and not word.endswith(":")]
            if words and Path(words[0]).resolve() not in known:
                self.files[words[0]] = Path(words[0]).resolve()

    def layer(self) -> bytes:
        """The same bytes whenever the contents are the same."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path, owner in sorted(self.folders.items()):
                _add(archive, path, type=tarfile.DIRTYPE, mode=0o755 if owner else 0o1777, uid=owner, gid=owner)
            for path, source in sorted(self.files.items()):
                # Python takes what it compiled for what stands beside it by the time alone.
                changed = int(source.stat().st_mtime) if source.suffix == ".py" else 0
                _add(archive, path, source.read_bytes(), mode=0o755, mtime=changed)
            for path, text in sorted(self.texts.items()):
                _add(archive, path, text.encode(), mode=0o644)
            for path, target in sorted(self.links.items()):
                _add(archive, path, type=tarfile.SYMTYPE, linkname=target)
        return packed.getvalue()


def _add(archive: tarfile.TarFile, path: str, data: bytes = b"", **members: object) -> None:
    entry = tarfile.TarInfo(path.lstrip("/"))
    entry.size = len(data)
    for name, value in members.items():
        setattr(entry, name, value)
    archive.addfile(entry, io.BytesIO(data))


def with_shell(busybox: Path) -> Image:
    """An image with a shell and the usual small programs."""
    image = Image(files={"/bin/busybox": busybox}, folders={"/tmp": 0})
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
    image.links = {f"/bin/{name}": "busybox" for name in listed if name != "busybox"}
    return image


def answers(registry: str) -> bool:
    return _ask("HEAD", f"http://{registry}/v2/") is not None


def push(image: Image, name: str, registry: str) -> bool:
    """Puts it there as NAME[:TAG]; False when just that is there already."""
    repository, _, tag = name.partition(":")
    base = f"http://{registry}/v2/{repository}"
    layer = image.layer()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": image.config,
        "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
    }
    packed_config = json.dumps(config).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(packed_config), "digest": digest(packed_config)},
        "layers": [{"mediaType": LAYER, "size": len(layer), "digest": digest(layer)}],
    }
    packed = json.dumps(manifest).encode()
    url = f"{base}/manifests/{tag or 'latest'}"
    known = _ask("HEAD", url, headers={"Accept": MANIFEST})
    if known is not None and known.headers.get("Docker-Content-Digest") == digest(packed):
        return False
    for blob in (layer, packed_config):
        if _ask("HEAD", f"{base}/blobs/{digest(blob)}") is None:
            upload = _ask("POST", f"{base}/blobs/uploads/").headers["Location"]
            url_of_blob = f"{upload}{'&' if '?' in upload else '?'}digest={digest(blob)}"
            _ask("PUT", url_of_blob, blob, {"Content-Type": "application/octet-stream"})
    _ask("PUT", url, packed, {"Content-Type": MANIFEST})
    return True


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _ask(method: str, url: str, data: bytes | None = None, headers: dict[str, str] | None = None):
    """The answer, or nothing for what is not there."""
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # The registry is on this machine.
    try:
        return opener.open(request, timeout=60)
    except urllib.error.HTTPError as error:
        if error.code == 404 and method == "HEAD":
            return None
        raise
