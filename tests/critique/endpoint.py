"""The scripted endpoint in a thread of its own, reached over real HTTP on loopback; and one draft in French."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coach.critique.client import Endpoint
from coach.critique.config import LlmConfig
from coach.critique.critic import Critic
from coach.critique.scripted.server import ScriptedEndpoint
from coach.critique.store import MemoryStore, Store
from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set

SECRET = b"a secret of these tests"
DRAFT: dict[str, Any] = {
    "circles": [
        {"id": "accueil", "name": "Accueil", "purpose": "Chaque parent part l'esprit tranquille", "accountabilities": ["Tenir les dossiers des enfants"]}
    ],
    "objectives": [
        {
            "id": "O1",
            "circle": "accueil",
            "title": "Revoir nos matinées d'adaptation afin que les enfants se séparent sans pleurs",
            "key_results": [
                {"id": "KR1", "title": "Enfants qui pleurent plus de dix minutes : de 7 à 3 sur 12"},
                {"id": "KR2", "title": "Organiser 6 soirées d'information pour les parents"},
                {"id": "KR3", "title": "Livrer le nouveau carnet de liaison"},
                {"id": "KR4", "title": "Améliorer la satisfaction"},
            ],
        },
        {"id": "O2", "circle": "accueil", "title": "Continuer à gérer la liste d'attente", "key_results": []},
    ],
}  # fmt: skip


def draft(document: dict[str, Any] | None = None) -> OkrSet:
    import json

    return read_okr_set(json.dumps(document or DRAFT).encode())


class Running:
    """A started endpoint: its address, and what it was asked."""

    def __init__(self, endpoint: ScriptedEndpoint, port: int) -> None:
        self.endpoint = endpoint
        self.base_url = f"http://127.0.0.1:{port}/v1"

    def calls(self, model: str) -> int:
        return self.endpoint.log.calls[model]

    def bodies(self, model: str) -> list[dict[str, Any]]:
        return self.endpoint.log.bodies.get(model, [])


@contextmanager
def running() -> Iterator[Running]:
    endpoint = ScriptedEndpoint(keep=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(endpoint.serve(), loop).result(5)
    try:
        yield Running(endpoint, server.sockets[0].getsockname()[1])
    finally:

        async def end() -> None:
            server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def config(base_url: str, model: str = "good", **changed: Any) -> LlmConfig:
    quick: dict[str, Any] = {"timeout": 1.5, "read_timeout": 0.6, "connect_timeout": 0.5, "retries": 1, "reasks": 1}
    return LlmConfig(base_url, model, "sk-secret-of-these-tests", **{**quick, **changed})


def critic(base_url: str, model: str = "good", store: Store | None = None, **changed: Any) -> Critic:
    chosen = config(base_url, model, **changed)
    return Critic(chosen, Endpoint(chosen), store or MemoryStore(SECRET))
