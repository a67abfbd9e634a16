#!/usr/bin/env python3
"""Publishes prices to whoever exports "prices", in any process of the bus; waits while they do not keep up.

    python3 publisher.py [BUS] [COUNT]
"""
import asyncio
import sys

from vertx_ipc import Bus


async def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "demo"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    async with Bus(name, imports=["prices"]) as bus:
        await bus.await_export("prices", timeout=30)
        for number in range(count):
            await bus.drained("prices")
            bus.publish("prices", {"item": "tea", "price": 3.5 + number}, headers={"currency": "EUR"})


asyncio.run(main())
