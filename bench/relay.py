"""A server that is far away: a relay on loopback that holds back what the server says.

`python -m bench.relay PORT DELAY` prints the port that it listens on, and forwards to 127.0.0.1:PORT.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress


async def main(port: int, delay: float) -> None:
    """Relay connections until the end of stdin."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(asyncio.CancelledError, ConnectionError):  # connections that are open at the end
            await asyncio.gather(copy(reader, there_writer, 0), copy(there_reader, writer, delay))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - this is the program's output
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Forward bytes, each piece `delay` seconds late."""
    while data := await reader.read(65536):
        await asyncio.sleep(delay)
        writer.write(data)
    writer.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
