"""What start-cluster.sh and setup-sharding.sh keep, show and give up on, on a cluster that does what a test says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.edge import Edge
from harness.fake_kubectl import OURS, WILLING, FakeCluster

KNOWN = '"get crd "*) ;;'
FIRST_LOOKS = '[[ $(grep -c "get pods.*selector" "$ASKED") -gt {looks} ]] ||'


def cluster(folder: Path, *cases: str) -> FakeCluster:
    return FakeCluster(folder, [*cases, *WILLING])


def replicas(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("  replicas:")]


BOTH_ANSWER = {"demo.local": 200, "test.demo.local": 200}


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    edge = Edge(tmp_path, dict(BOTH_ANSWER))
    yield edge
    edge.close()


def behind(address: str) -> str:
    return f'*" get gateways.gateway.networking.k8s.io demo-app "*) echo "{address}" ;;'


def test_starts_where_everything_goes_well(tmp_path: Path, edge: Edge) -> None:
    there = cluster(tmp_path, KNOWN, behind(edge.http))
    result = there.run("start-cluster.sh")
    assert (result.returncode, result.stderr) == (0, "")
    assert replicas(there.applied()) == ["replicas: 3"]
    assert edge.asked == ["demo.local/readyz", "test.demo.local/readyz"]
    assert f"http://demo.local at {edge.http} answers" in result.stdout
    assert f"http://test.demo.local at {edge.http} answers" in result.stdout


@pytest.mark.parametrize("silent", list(BOTH_ANSWER))
def test_an_environment_that_does_not_answer_is_named(tmp_path: Path, silent: str) -> None:
    """A gateway that knows the other host only, as one whose route is not there."""
    edge = Edge(tmp_path, {name: 200 for name in BOTH_ANSWER if name != silent})
    try:
        result = cluster(tmp_path, KNOWN, behind(edge.http)).run("start-cluster.sh", "--timeout", "8")
    finally:
        edge.close()
    (other,) = BOTH_ANSWER.keys() - {silent}
    assert result.returncode == 1
    assert f"http://{silent} at {edge.http} does not answer: curl: (22)" in result.stdout
    assert "404" in result.stdout
    assert f"http://{other} at {edge.http} answers" in result.stdout
    assert "not both environments answer" in result.stderr
    assert "port-forward" not in result.stdout


@pytest.mark.parametrize("address", ["127.0.0.1:9", "::1", "no-such-host.invalid"])
def test_an_edge_that_is_not_there_is_no_answer(tmp_path: Path, address: str) -> None:
    result = cluster(tmp_path, KNOWN, behind(address)).run("start-cluster.sh", "--timeout", "4")
    assert result.returncode == 1
    assert result.stdout.count("does not answer: curl: (") == 2


def test_an_environment_is_asked_until_it_answers(tmp_path: Path, edge: Edge) -> None:
    """Of a gateway that has no address yet the machine itself is asked, which is where it will be on a desktop."""
    late = '*" get gateways.gateway.networking.k8s.io demo-app "*) [[ $(grep -c "get gateways" "$ASKED") -lt 3 ]] || '
    there = cluster(tmp_path, KNOWN, f'{late} echo "{edge.http}" ;;')
    result = there.run("start-cluster.sh", "--timeout", "30", EDGE="")
    assert result.returncode == 0, result.stdout
    assert set(edge.asked) == {"demo.local/readyz", "test.demo.local/readyz"}


def test_another_way_in_is_asked_instead(tmp_path: Path, edge: Edge) -> None:
    result = cluster(tmp_path, KNOWN, behind("127.0.0.1:9")).run("start-cluster.sh", EDGE=edge.http)
    assert result.returncode == 0, result.stdout
    assert edge.asked == ["demo.local/readyz", "test.demo.local/readyz"]


SERVICE = '*"/namespaces/{}/services/demo-app:http/proxy/readyz"*) '


def test_without_an_edge_the_services_are_asked(tmp_path: Path) -> None:
    there = cluster(tmp_path)
    result = there.run("start-cluster.sh")
    assert result.returncode == 0, result.stdout
    assert len([each for each in there.asked() if each.endswith("/proxy/readyz --request-timeout=5s")]) == 2
    assert "service/demo-app in test answers" in result.stdout
    assert "port-forward service/demo-app" in result.stdout
    assert "demo.local" not in result.stdout


def test_a_service_that_does_not_answer_is_named(tmp_path: Path) -> None:
    refusal = SERVICE.format("test") + 'echo "no endpoints available" >&2; exit 1 ;;'
    result = cluster(tmp_path, refusal).run("start-cluster.sh", "--timeout", "4")
    assert result.returncode == 1
    assert "service/demo-app in dev answers" in result.stdout
    assert "service/demo-app in test does not answer: no endpoints available" in result.stdout


def test_only_our_pods_are_waited_for(tmp_path: Path) -> None:
    """What else runs in the namespaces may be broken for ever."""
    there = cluster(tmp_path)
    assert there.run("start-cluster.sh").returncode == 0
    waits = [each for each in there.asked() if "rollout status" in each or "get pods --namespace" in each]
    assert len(waits) >= 4
    assert all(f"--selector {OURS}" in each or "job-name=" in each for each in waits), waits


def test_what_the_server_refuses_ends_it(tmp_path: Path) -> None:
    refusal = (
        'apply*) [[ $* != *web-deployment* && $* != *"-filename -"* ]] || { echo "it is refused" >&2; exit 1; } ;;'
    )
    result = cluster(tmp_path, refusal).run("start-cluster.sh")
    assert result.returncode != 0
    assert "it is refused" in result.stderr
    assert "answer" not in result.stdout


@pytest.mark.parametrize(("now", "applied"), [("5", "replicas: 5"), ("", "replicas: 3")])
def test_an_autoscaler_goes_on_to_say_how_many_there_are(tmp_path: Path, now: str, applied: str) -> None:
    there = cluster(tmp_path, '*" get hpa demo-app "*) echo hpa/demo-app ;;', f'*" get deployment "*) echo {now} ;;')
    assert there.run("start-cluster.sh").returncode == 0
    assert replicas(there.applied()) == [applied]


@pytest.mark.parametrize(
    ("cases", "arguments", "options"),
    [
        ([KNOWN], (), ["gateway"]),
        ([], (), []),
        ([KNOWN, '*" get ingress/demo-app "*) echo gateway.gateway.networking.k8s.io/demo-app ;;'], (), ["gateway"]),
        ([KNOWN, '*" get ingress/demo-app "*) echo x/demo-app-redirect ;;'], (), ["tls"]),
        ([KNOWN, '*" get ingress/demo-app "*) echo ingress.networking.k8s.io/demo-app ;;'], (), ["ingress"]),
        ([KNOWN], ("--with", "none"), []),
        ([KNOWN], ("--with", "ingress", "--with", "hpa"), ["ingress", "hpa"]),
        ([KNOWN], ("--with", "hpa"), ["hpa", "gateway"]),
    ],
)
def test_the_edge_stays_as_it_is(
    tmp_path: Path, edge: Edge, cases: list[str], arguments: tuple[str, ...], options: list[str]
) -> None:
    there = cluster(tmp_path, *cases)
    result = there.run("start-cluster.sh", *arguments, EDGE=edge.https if "tls" in options else edge.http)
    assert result.returncode == 0, result.stderr
    words = " ".join(each for each in there.changes() if "--filename -" in each).split()
    assert [word for word in words if "options/" in word] == [f"manifests/options/{name}.yaml" for name in options]
    assert ("https://demo.local" in result.stdout) == ("tls" in options)


def test_the_time_that_is_left_is_passed_on(tmp_path: Path) -> None:
    there = cluster(tmp_path, "*namespaces.yaml) sleep 2 ;;")
    assert there.run("start-cluster.sh", "--timeout", "50").returncode == 0
    deadlines = [each.partition("activeDeadlineSeconds")[2] for each in there.asked() if "patch job" in each]
    assert len(deadlines) == 2
    for text in deadlines:
        assert 1 <= int(text.strip('": }')) <= 48
    waits = [each for each in there.asked() if "rollout status" in each]
    assert len(waits) == 2
    assert all(int(each.partition("--timeout=")[2].rstrip("s")) <= 48 for each in waits)


def test_the_deadline_of_a_job_is_told(tmp_path: Path) -> None:
    there = cluster(tmp_path, '*" get job "*) echo "FailureTarget DeadlineExceeded Failed DeadlineExceeded " ;;')
    result = there.run("setup-sharding.sh", "--timeout", "7")
    assert result.returncode == 1
    assert result.stderr.startswith("setup-sharding.sh: cluster-apply-")
    assert "did not end within 7 s" in result.stderr


UNSCHEDULABLE = r"printf 'dev: mongo-shard-0\t0/3 nodes are available: 3 Insufficient memory. ContainerCreating \n' ;;"
BACK_OFF = r"printf 'dev: demo-app-1\t PodInitializing ImagePullBackOff \n' ;;"
WRONG = r"printf 'dev: demo-app-2\t  CreateContainerConfigError couldnt find key token\n' ;;"
QUIET = r"printf 'dev: demo-app-3\t PodInitializing ContainerCreating \n' ;;"


def test_what_pods_wait_for_is_shown_once(tmp_path: Path) -> None:
    """While the Jobs are under way, which end when the pods have been looked at a few times."""
    slow = '*" get job "*) ' + FIRST_LOOKS.format(looks=12) + " exit 0; echo 'Complete  ' ;;"
    there = cluster(
        tmp_path,
        f'*"namespace test --selector {OURS},!job-name"*) ' + BACK_OFF,
        f'*"--selector {OURS},!job-name"*) ' + UNSCHEDULABLE,
        slow,
    )
    result = there.run("start-cluster.sh")
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("mongo-shard-0 waits: 0/3 nodes are available: 3 Insufficient memory.") == 1
    assert result.stdout.count("demo-app-1 waits: ImagePullBackOff") == 1


def test_what_every_pod_goes_through_is_not_shown(tmp_path: Path) -> None:
    result = cluster(tmp_path, f'*"--selector {OURS},!job-name"*) ' + QUIET).run("start-cluster.sh")
    assert result.returncode == 0
    assert "waits" not in result.stdout


def test_waiting_in_vain_ends_at_once(tmp_path: Path) -> None:
    """The Jobs would not end by themselves, and are not left behind."""
    never = '*" get job "*) ;;'
    there = cluster(tmp_path, f'*"--selector {OURS},!job-name"*) ' + WRONG, never)
    result = there.run("start-cluster.sh")
    assert result.returncode == 1
    assert "demo-app-2 waits: CreateContainerConfigError couldnt find key token" in result.stdout
    assert "MongoDB is not what its topology says" in result.stderr


@pytest.mark.parametrize("reason", ["CreateContainerConfigError", "ErrImagePull", "ImagePullBackOff"])
def test_a_job_that_cannot_start_is_given_up(tmp_path: Path, reason: str) -> None:
    there = cluster(tmp_path, rf"*selector*job-name=*) printf 'dev: job-1\t  {reason} \n' ;;", '*" get job "*) ;;')
    result = there.run("setup-sharding.sh")
    assert result.returncode == 1
    assert f"job-1 waits: {reason}" in result.stdout
    assert "does not start" in result.stderr
