"""An asyncio program that knows nothing of whose epoll it runs on."""

import asyncio


async def conversation(message: bytes) -> bytes:
    """Echo a message through asyncio's streams, half-close included.

    Args:
        message: What the client sends before it half-closes.

    Returns:
        What came back until the end.
    """

    async def echo(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(await reader.read())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(message)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    return answer
