"""The page that the report is published on: the embedded part, then the distributed one."""

from suite import places
from suite.distributed_report import HEADING

_SEAM = f"\n{HEADING}\n"


def write(parts: dict[str, str]) -> None:
    """Replaces the parts that are given and leaves the other one as it stands."""
    places.REPORT.parent.mkdir(exist_ok=True)
    page = places.REPORT.read_text() if places.REPORT.exists() else ""
    embedded, seam, distributed = page.partition(_SEAM)
    embedded = parts.get("embedded", embedded)
    rest = "\n" + parts["distributed"] if "distributed" in parts else seam + distributed
    places.REPORT.write_text(embedded + rest)
