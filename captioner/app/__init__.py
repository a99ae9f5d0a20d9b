"""The window program, put together: the one place where Qt and asyncio meet."""
