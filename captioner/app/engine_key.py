"""The key of the network engine, between the settings page, the keyring and the provider."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from captioner.app.commands import Commands
from captioner.meeting.engine import deepgram_client, has_fallback, needs_key, options_of
from captioner.secrets import ENVIRONMENT_NAME, checked_key, delete_key, read_key, store_key
from captioner.settings.choices import Settings
from captioner.streaming.errors import AuthenticationError, CaptionerError, ConfigurationError, StoreError

if TYPE_CHECKING:
    from captioner.ui.engine_page import EnginePage
    from captioner.ui.key_card import KeyPlace


class EngineKey:
    """Keeps, forgets, checks and hands out the key; the settings page only shows where it is.

    The kept key is for Deepgram: another server gets at most the environment's. `settings` are the choices of
    the moment. What it does, `work` does one after the other, beside the program's other commands: a keyring
    that waits for the person, or a server that does not answer, holds nothing else up.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._commands = Commands(self._refused)
        self._page: EnginePage | None = None
        self._unkept: str | None = None
        """A key that no keyring took: good until the program ends."""
        self._keyring = asyncio.Lock()

    async def work(self) -> None:
        """Carry out what the page wishes for, for as long as the program runs."""
        await self._commands.work()

    def attach(self, page: "EnginePage") -> None:
        """Serve this page."""
        self._page = page
        page.key_entered.connect(lambda text: self._commands.do(lambda: self._keep(text)))
        page.key_removed.connect(lambda: self._commands.do(self._remove))
        page.check_requested.connect(lambda: self._commands.do(self._check))
        page.changed.connect(lambda name, _value: name in ("engine", "deepgram_url") and self.show())
        page.console_requested.connect(open_console)

    def show(self) -> None:
        """Let the page say where the key is. With the embedded engine no keyring is asked."""
        self._commands.do(self._show)

    async def for_meeting(self) -> str | None:
        """The key for the chosen engine, None where it needs none, or another one goes on without.

        Raises AuthenticationError and others.
        """
        if not needs_key(self._settings()):
            return None
        goes_on = has_fallback(self._settings())
        try:
            found = await self._find()
        except StoreError as error:
            if goes_on:
                return None
            raise AuthenticationError(f"There is no key for Deepgram: {error.message}", error.hint) from error
        if found is None and goes_on:
            return None
        if found is None:
            raise AuthenticationError(
                "There is no key for Deepgram",
                "Enter one in the settings under Engine, or choose the engine on this computer",
            )
        return found[0]

    async def _find(self) -> "tuple[str, KeyPlace] | None":
        """The key for Deepgram and where it comes from. Raises StoreError and ConfigurationError."""
        if self._unkept:
            return self._unkept, "memory"
        async with self._keyring:
            key = await read_key()
        return (key.value, key.source) if key else None

    # -- what the page wishes for

    async def _show(self) -> None:
        settings = self._settings()
        if not self._page or settings.engine != "deepgram":
            return
        if needs_key(settings):
            found = await self._find()
            self._page.show_key(found[1] if found else None)
        else:
            self._page.show_key("environment" if os.environ.get(ENVIRONMENT_NAME) else None)

    async def _keep(self, text: str) -> None:
        page = self._page
        assert page
        try:
            async with self._keyring:
                await store_key(text)
            self._unkept = None
            page.show_key("keyring")
        except StoreError as error:
            self._unkept = checked_key(text)
            page.show_key("memory")
            page.show_problem(error)

    async def _remove(self) -> None:
        assert self._page
        if self._unkept:
            self._unkept = None
        else:
            async with self._keyring:
                await delete_key()
        self._page.clear_check()
        self._page.show_key(None)

    async def _check(self) -> None:
        """Shake hands once, with exactly what a meeting would ask for."""
        page, settings = self._page, replace(self._settings(), engine="deepgram")
        assert page
        page.show_checking()
        try:
            found = await self._find() if needs_key(settings) else None
            if found is None and needs_key(settings):
                raise ConfigurationError("There is no key for Deepgram", "Paste one above")
            await asyncio.to_thread(import_module, "captioner.streaming.client")  # 0.2 s when it is the first
            client = deepgram_client(settings, found[0] if found else None)
            request_id = await client.check(options_of(settings, channels=2))
        except CaptionerError as error:
            outcome, request_id = error, error.request_id
        else:
            outcome = None
        if replace(self._settings(), engine="deepgram") == settings:
            page.show_check(outcome, request_id)
        else:
            page.clear_check()

    def _refused(self, error: CaptionerError) -> None:
        if self._page:
            self._page.clear_check()  # whatever was being checked is not any more
            self._page.show_problem(error)


def open_console() -> None:
    """Show the provider's pages, for keys and for money, in the browser."""
    from captioner.ui.key_check import CONSOLE

    QDesktopServices.openUrl(QUrl(CONSOLE))
