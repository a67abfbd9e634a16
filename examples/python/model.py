#!/usr/bin/env python3
"""A model server: answers a JSON object a line with one that has the same id.

Standard input and output may be the pipes of a link of type "pipe", or two FIFOs
of a link of type "fifo":

    python3 model.py < /tmp/model.in > /tmp/model.out
"""
import json
import sys

for line in sys.stdin:
    question = json.loads(line)
    answer = {"id": question["id"], "sum": sum(question["numbers"])}
    print(json.dumps(answer), flush=True)
