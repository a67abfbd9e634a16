#!/usr/bin/env python3
"""A script without asyncio, as one writes it in a notebook: it asks the model, and looks at what is published.

    python3 consumer.py [BUS] [COUNT]
"""
import sys

from vertx_ipc import ReplyError, SyncBus

name = sys.argv[1] if len(sys.argv) > 1 else "demo"
count = int(sys.argv[2]) if len(sys.argv) > 2 else 5

# %% Join the bus; leave it with bus.close(), or with the end of a "with".
bus = SyncBus(name, imports=["model.*"]).start()

# %% Consume, and only then let others find the address: what is published before reaches nobody.
messages = bus.consume("prices", timeout=60)
bus.export("prices")

# %% Ask.
bus.await_export("model.predict", timeout=30)
print(bus.request("model.predict", {"numbers": [1, 2, 3]}, timeout=5).body, flush=True)

try:
    bus.request("model.predict", {"numbers": []})
except ReplyError as error:
    print(error.type.name, error.code, error.text, flush=True)

# %% Look at what comes.
for _ in range(count):
    message = next(messages)
    print(message.headers.get("currency"), message.body, flush=True)
messages.close()

# %%
bus.close()
