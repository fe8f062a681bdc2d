"""Load from many visitors, in a process of its own: python -m bench.drill.load PORT SECONDS --rate 200 | --at-once 16

With --at-once so many visitors ask one page after the other, each waiting for the answer (closed loop: finds the capacity).
With --rate requests come at that rate whatever becomes of those before (open loop: overload). Every request is a connection
of its own from an address of its own, as X-Forwarded-For tells. Prints one JSON line: [status, seconds, has Retry-After] of
each request; 0 stands for no answer.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Sequence

PATIENCE = 20.0
Answer = tuple[int, float, bool]


def request(path: str, chance: random.Random) -> bytes:
    """A request as a browser sends it, by a visitor from anywhere."""
    address = ".".join(["10", *(str(chance.randrange(256)) for _ in range(3))])
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html", "Accept-Language: en", "Connection: close"]
    return "\r\n".join([*lines, f"X-Forwarded-For: {address}", "", ""]).encode()


async def ask(port: int, sent: bytes) -> Answer:
    """Send one request on a connection of its own, and read its answer to the end."""
    started, status, retry = time.perf_counter(), 0, False
    writer = None
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.read(-1)
            status, retry = int(head.split(b" ", 2)[1]), b"\r\nretry-after:" in head.lower()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        status = 0
    finally:
        if writer is not None:
            writer.close()
    return status, time.perf_counter() - started, retry


async def closed_loop(port: int, paths: Sequence[str], at_once: int, seconds: float) -> list[Answer]:
    """So many visitors ask one page after the other."""
    answers: list[Answer] = []
    end, chance = time.perf_counter() + seconds, random.Random(1)

    async def visit() -> None:
        while time.perf_counter() < end:
            answers.append(await ask(port, request(chance.choice(paths), chance)))

    await asyncio.gather(*(visit() for _ in range(at_once)))
    return answers


async def open_loop(port: int, paths: Sequence[str], rate: float, seconds: float) -> list[Answer]:
    """Requests at this rate, evenly, whatever becomes of them."""
    started, chance, tasks = time.perf_counter(), random.Random(2), []
    for number in range(int(rate * seconds)):
        pause = started + number / rate - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(ask(port, request(chance.choice(paths), chance))))
    return list(await asyncio.gather(*tasks))


def main() -> None:
    """Read the arguments, load, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--path", action="append", required=True)
    wish = parser.parse_args()
    loop = open_loop if wish.rate else closed_loop
    print(json.dumps(asyncio.run(loop(wish.port, wish.path, wish.rate or wish.at_once, wish.seconds))))


if __name__ == "__main__":
    main()
