"""The json module, both ways, on nested documents."""

import json


def run() -> int:
    document = {
        "rows": [
            {
                "id": i,
                "name": f"row {i}",
                "tags": ["a", "b", str(i)],
                "value": i / 7,
                "ok": i % 2 == 0,
            }
            for i in range(700)
        ]
    }
    total = 0
    for _ in range(4):
        encoded = json.dumps(document)
        total += len(encoded) + len(json.loads(encoded)["rows"])
    return total
