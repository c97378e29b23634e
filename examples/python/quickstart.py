"""The smallest program that logs: nothing but the standard library, and epochlog.

    python examples/python/quickstart.py
    epochlog report quickstart
"""

import epochlog

with epochlog.Run("quickstart", params={"rate": 0.1}) as run:
    weight = 0.0
    for step in range(100):
        error = weight - 3
        weight -= 0.1 * 2 * error
        run.log("loss", error * error)
print(run.folder)
