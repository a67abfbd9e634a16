#!/usr/bin/env python3
"""A model server as a node: any process of the bus asks it with eventBus.request("model.predict", ...).

    python3 model_server.py [BUS] [TRANSPORT]

It ends with Ctrl-C or SIGTERM; requests that it has not answered by then fail with NODE_GONE.
"""
import asyncio
import signal
import sys

from vertx_ipc import Bus


def predict(numbers):
    """Stands for a model, which may take a while and hold the interpreter."""
    return {"sum": sum(numbers), "mean": sum(numbers) / len(numbers)}


async def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "demo"
    transport = sys.argv[2] if len(sys.argv) > 2 else "fifo"
    async with Bus(name, node="model", transport=transport, exports=["model.predict"]) as bus:

        @bus.consumer("model.predict")
        async def answer(message):
            numbers = message.body.get("numbers") if isinstance(message.body, dict) else None
            if not numbers:
                message.fail(400, "numbers are needed, for example {'numbers': [1, 2]}")
                return
            # In a thread of its own, so that other messages are read meanwhile.
            result = await asyncio.get_running_loop().run_in_executor(None, predict, numbers)
            message.reply(result, headers={"model": "sum-1"})

        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        print("ready", flush=True)
        await stopped.wait()


asyncio.run(main())
