"""A node on a bus of vertx-ipc: the event bus of Vert.x between processes of one host, without sockets.

::

    import asyncio
    from vertx_ipc import Bus

    async def main():
        async with Bus("demo", node="model", exports=["model.predict"], imports=["orders.*"]) as bus:

            @bus.consumer("model.predict")
            async def predict(message):
                message.reply({"sum": sum(message.body["numbers"])})

            order = await bus.request("orders.new", {"cups": 3}, timeout=5)
            print(order.body)

    asyncio.run(main())

Bodies are None, str, bool, int (a ``Long`` on the bus), float (a ``Double``), bytes and whatever has bytes in memory
(a ``Buffer``), dict and list (JSON), ``decimal.Decimal``, or one of the wrappers :class:`Int32`, :class:`Int16`,
:class:`Int8`, :class:`Float32`, :class:`Char`, :class:`ByteArray`. What goes wrong is logged to the logger
``vertx_ipc``.
"""

from ._bodies import ByteArray, Char, Float32, Int8, Int16, Int32
from ._bus import Bus
from ._consumers import Consumer, MessageStream
from ._errors import BadFileError, BusError, FailureCode, FailureType, ProtocolError, ReplyError
from ._headers import Headers
from ._listener import PeerEvent, PeerInfo
from ._message import Message
from ._sync import SyncBus

__all__ = [
    "BadFileError",
    "Bus",
    "BusError",
    "ByteArray",
    "Char",
    "Consumer",
    "FailureCode",
    "FailureType",
    "Float32",
    "Headers",
    "Int16",
    "Int32",
    "Int8",
    "Message",
    "MessageStream",
    "PeerEvent",
    "PeerInfo",
    "ProtocolError",
    "ReplyError",
    "SyncBus",
]
