"""A transport for tests whose bodies arrive as they do from a socket."""

import httpx


class StreamingTransport(httpx.MockTransport):
    """MockTransport hands out bodies that were read already, which no server does."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        whole = await super().handle_async_request(request)
        return httpx.Response(
            whole.status_code, headers=whole.headers, stream=httpx.ByteStream(whole.content)
        )
