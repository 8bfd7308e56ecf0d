"""Log records through filters, formatters and handlers; most are dropped early."""

import io
import logging


def run() -> int:
    out = io.StringIO()
    logger = logging.Logger("bench", logging.INFO)
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
    handler.addFilter(lambda record: record.args[0] % 3 != 1)
    logger.addHandler(handler)
    for i in range(300):
        logger.debug("dropped %d", i)
        if i % 3:
            logger.info("number %d of %s", i, "many")
        else:
            logger.warning("every third: %05d", i)
    return len(out.getvalue())
