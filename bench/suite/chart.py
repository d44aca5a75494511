"""The chart: processor time of each server under each load, as dots on a logarithmic scale with their ranges."""

from math import log10
from statistics import median
from xml.sax.saxutils import escape

from suite.targets import FLASK, NGINX, OURS

_LEFT, _RIGHT, _TOP, _ROW, _WIDTH = 236, 40, 96, 54, 900

_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; font-variant-numeric: tabular-nums; }
  .title { font-size: 17px; font-weight: 600; }
  .note, .tick { fill: #59636e; font-size: 12px; }
  .grid { stroke: #d1d9e0; }
  .row { stroke: #eaeef2; }
  .ours { fill: #0550ae; stroke: #0550ae; }
  .nginx { fill: #1a7f37; stroke: #1a7f37; }
  .flask { fill: #bc4c00; stroke: #bc4c00; }
  .range { stroke-width: 2; stroke-opacity: 0.45; }
  text.value { stroke: none; font-size: 12px; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note, .tick { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .row { stroke: #262c36; }
    .ours { fill: #79c0ff; stroke: #79c0ff; }
    .nginx { fill: #56d364; stroke: #56d364; }
    .flask { fill: #ffa657; stroke: #ffa657; }
  }
"""

_CLASSES = {OURS: "ours", NGINX: "nginx", FLASK: "flask"}


def svg(results: dict) -> str:
    loads = {name: load["closed"] for name, load in results["loads"].items()}
    every = [value for peers in loads.values() for series in peers.values() for value in series["cpu"]]
    low, high = log10(min(every) / 1.5), log10(max(every) * 1.5)
    bottom = _TOP + _ROW * len(loads)

    def x(value: float) -> float:
        return _LEFT + (log10(value) - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    parts = [_head(bottom + 46), _legend()]
    for tick in (digit * 10.0**power for power in range(-6, 4) for digit in (1, 2, 5)):
        if low < log10(tick) < high:
            parts.append(f'<line class="grid" x1="{x(tick):.1f}" y1="{_TOP - 8}" x2="{x(tick):.1f}" y2="{bottom}"/>')
            parts.append(f'<text class="tick" x="{x(tick):.1f}" y="{bottom + 18}" text-anchor="middle">{tick:g}</text>')
    for number, (name, peers) in enumerate(loads.items()):
        y = _TOP + _ROW * number + _ROW / 2
        parts.append(f'<line class="row" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 14}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>')
        parts += [_dot(peer, series["cpu"], x, y) for peer, series in peers.items()]
    parts.append("</svg>\n")
    return "\n".join(parts)


def _head(height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="t">\n'
        f'<title id="t">Processor time for 1 000 answers, by load and server</title>\n<style>{_STYLE}</style>\n'
        '<text class="title" x="16" y="28">Processor time for 1 000 answers</text>\n'
        '<text class="note" x="16" y="48">seconds of the server\'s core, logarithmic; less is better;'
        " a line is the range of the pairs</text>"
    )


def _legend() -> str:
    parts = []
    for number, peer in enumerate(_CLASSES):
        at = _LEFT + 110 * number
        parts.append(_mark(peer, at, 68) + f'<text x="{at + 12}" y="72">{peer}</text>')
    return "\n".join(parts)


def _mark(peer: str, x: float, y: float) -> str:
    """A shape for each server, so that no one has to tell them by colour."""
    kind = _CLASSES[peer]
    if peer == OURS:
        return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    if peer == NGINX:
        return f'<rect class="{kind}" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill-opacity="0.25"/>'
    points = f"{x:.1f},{y - 7:.1f} {x + 7:.1f},{y:.1f} {x:.1f},{y + 7:.1f} {x - 7:.1f},{y:.1f}"
    return f'<polygon class="{kind}" points="{points}"/>'


def _dot(peer: str, values: list[float], x, y: float) -> str:
    middle, kind, text = x(median(values)), _CLASSES[peer], f"{median(values):.4f}"
    # The service and nginx lie close together: one figure goes above the line, the other below.
    label_y = y - 11 if peer != NGINX else y + 20
    return (
        f'<line class="{kind} range" x1="{x(min(values)):.1f}" y1="{y:.1f}" x2="{x(max(values)):.1f}" y2="{y:.1f}"/>\n'
        f"{_mark(peer, middle, y)}\n"
        f'<text class="{kind} value" x="{middle:.1f}" y="{label_y:.1f}" text-anchor="middle">{text}</text>'
    )
