"""Redis servers for one test each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from harness.redis import Redis

StartRedis = Callable[..., Redis]


@pytest.fixture
def start_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartRedis]:
    """Starts servers: start_redis("requirepass x"), start_redis(..., program="redis-sentinel")."""
    with ExitStack() as stack:

        def start(*settings: str, program: str = "redis-server") -> Redis:
            redis = Redis(tmp_path_factory.mktemp("redis"), *settings, program=program)
            stack.callback(redis.kill)
            return redis.start()

        yield start


@pytest.fixture
def redis(start_redis: StartRedis) -> Redis:
    return start_redis()
