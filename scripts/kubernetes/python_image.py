"""Images with the Python that runs this program; that of SecantusDB stands in for MongoDB where there is none."""

import importlib.metadata
import re
import sys
import sysconfig
from pathlib import Path

from images import Image

NOT_NEEDED = ("test", "tests", "idlelib", "lib2to3", "ensurepip", "site-packages", "dist-packages")
PACKAGES = Path("/packages")


def secantus_image() -> Image:
    image = Image(folders={"/data": 0, "/tmp": 0})
    python = add_python(image, "SecantusDB")
    run = "import sys; from secantus.cli import main; sys.exit(main())"
    image.config = {"Env": [f"PYTHONPATH={PACKAGES}", "HOME=/tmp"], "Entrypoint": [str(python), "-c", run]}
    return image


def add_python(image: Image, package: str) -> Path:
    """Adds this Python, and a package with what it needs at PACKAGES; the interpreter's path in the image.

    What Python has compiled goes with it: to import pymongo takes a fifth of a second with it, and one and a half without.
    """
    python = Path(sys.executable).resolve()
    library = Path(sysconfig.get_path("stdlib"))
    added = {str(python): python}
    for file in library.rglob("*"):
        if file.is_file() and file.suffix != ".a" and not set(file.relative_to(library).parts) & set(NOT_NEEDED):
            added[str(file)] = file
    for name in sorted(_with_what_it_needs(package)):
        for file in importlib.metadata.distribution(name).files or []:
            if ".." not in file.parts:
                added[str(PACKAGES / file)] = Path(str(file.locate()))
    image.files |= added
    image.add_libraries_of(*(file for path, file in added.items() if ".so" in path or file == python))
    return python


def _with_what_it_needs(name: str, found: set[str] | None = None) -> set[str]:
    found = set() if found is None else found
    try:
        needs = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return found  # Needed by other versions of Python.
    found.add(name)
    for need in needs:
        needed = re.match(r"[\w.-]+", need)[0]
        if "extra ==" not in need and needed not in found:
            _with_what_it_needs(needed, found)
    return found
