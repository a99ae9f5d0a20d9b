"""Where a recording stream is connected, asked so cheaply that every block can be asked for."""

import time
from typing import Any

ANSWERED_WITHIN = 4.0
"""Seconds until a server that does not answer is given up; a busy one may need some of them."""

SLICE = 0.25
"""Seconds that are waited at a time."""


class Place:
    """Asks over a connection of pulsectl's; `bindings` are pulsectl's of libpulse.

    pulsectl's own question decodes all that the server knows of the stream, text by text: 150 µs of a core
    on the developer's machine, this one 60.
    """

    def __init__(self, connection: Any, bindings: Any) -> None:
        self._connection = connection
        self._library = bindings.pa
        self._callback = bindings.PA_SOURCE_OUTPUT_INFO_CB_T(self._told)
        self._source: int | None = None
        self._is_over = False

    def source_of(self, stream: int) -> int | None:
        """The index of the source that it is connected to now; None when it is gone.

        Raises TimeoutError when the answer does not come, ConnectionError when the connection ends before it.
        """
        self._source, self._is_over = None, False
        spent = 0.0
        library, connection = self._library, self._connection
        with connection._pulse_loop() as loop:
            operation = library.context_get_source_output_info(connection._ctx, stream, self._callback, None)
            while not self._is_over and connection.connected and spent < ANSWERED_WITHIN:
                began = time.monotonic()
                library.mainloop_prepare(loop, round(SLICE * 1e6))
                library.mainloop_poll(loop)
                library.mainloop_dispatch(loop)
                # A program that stood still has not waited for the server: the answer is there.
                spent += min(time.monotonic() - began, SLICE)
            library.operation_unref(operation)
        if not connection.connected:
            raise ConnectionError
        if not self._is_over:
            raise TimeoutError
        return self._source

    def _told(self, _context: object, info: Any, end: int, _data: object) -> None:
        # libpulse calls this once with the answer, if there is one, and once for its end.
        if end:
            self._is_over = True
        else:
            self._source = info.contents.source
