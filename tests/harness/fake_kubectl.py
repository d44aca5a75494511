"""A kubectl that answers as told and writes down what it was asked: no cluster of ours is wrong in every way there is."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from harness.server import ROOT

OURS = "app.kubernetes.io/part-of=demo-app"

# Of a cluster that will do. A look that nobody named finds nothing; a change that nobody named is refused.
KUBECTL = """#!/usr/bin/env bash
echo "$*" >>"$ASKED"
case "$*" in
{cases}
  "config current-context") [[ -n $CONTEXT ]] && echo "$CONTEXT" ;;
  *" /readyz"*) [[ $READY == ok ]] && echo ok || {{ echo noise; echo "$READY"; exit 1; }} >&2 ;;
  *" /version") printf '{{\\n  "major": "1",\\n  "minor": "%s"\\n}}\\n' "$MINOR" ;;
  "get namespace "*) echo "$LEAVING" ;;
  "get storageclass"*) echo "$CLASSES" ;;
  "get nodes"*) printf '%b' "$MEMORY" ;;
  *" get deployments,statefulsets"*) echo "$STRANGERS" ;;
  "get crd "*) exit 1 ;;
  "get "* | *" get "*) ;;
  *) echo "the first change" >&2; exit 3 ;;
esac
"""
GOOD = {
    "CONTEXT": "kind-demo",
    "READY": "ok",
    "MINOR": "34",
    "LEAVING": "",
    "CLASSES": "true",
    "STRANGERS": "",
    "MEMORY": "2Gi\\n4194304Ki\\n",
}
# Everything that is done to a cluster succeeds at once.
WILLING = [
    '*" get job "*) echo "Complete  " ;;',
    '*"create job"* | *"patch job"* | *"rollout status"* | *"create secret"*) ;;',
    "apply*) [[ $* != *'-filename -'* ]] || cat >>\"$ASKED.applied\"; echo object ;;",
]


@dataclass
class FakeCluster:
    folder: Path
    cases: list[str] = field(default_factory=list)  # Lines of a shell's case; the first that fits answers.

    def run(self, script: str, *arguments: str, **answers: str) -> subprocess.CompletedProcess[str]:
        program = self.folder / "kubectl"
        program.write_text(KUBECTL.format(cases="\n".join(f"  {case}" for case in self.cases)))
        program.chmod(0o755)
        self.asked_file.write_text("")
        path = f"{self.folder}:{os.environ['PATH']}"
        settings = {**os.environ, **GOOD, **answers, "PATH": path, "ASKED": str(self.asked_file)}
        return subprocess.run([ROOT / script, *arguments], env=settings, capture_output=True, text=True, timeout=120)

    @property
    def asked_file(self) -> Path:
        return self.folder / "asked"

    def asked(self) -> list[str]:
        return self.asked_file.read_text().splitlines()

    def applied(self) -> str:
        """What it got by standard input."""
        return (self.folder / "asked.applied").read_text()

    def changes(self) -> list[str]:
        """What was asked of it but looks."""
        return [each for each in self.asked() if "get " not in each and not each.startswith("config current-context")]
