"""A coach that keeps something, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.testclient import TestClient

from coach.client import Coach
from coach.domain.okr_set import Circle, Cycle, Objective, Organisation
from coach.http.app import create_app
from coach.rubric.library import Library
from coach.settings import Settings
from coach.storage.store import Store

SAVED = {
    "source": {"version": "7"},
    "cycle": "2027-C1",
    "objectives": [
        {
            "title": "Revoir nos matinées d'adaptation afin que les enfants se séparent sans pleurs",
            "circle": "accueil",
            "key_results": [
                {"id": "KR1", "title": "Enfants qui pleurent plus de dix minutes : de 7 à 3 sur 12"},
                {"id": "KR2", "title": "Organiser 6 soirées d'information pour les parents"},
            ],
        }
    ],
}


@contextmanager
def serving(library: Library, store: Store, **more: object) -> Iterator[TestClient]:
    """Serve a store."""
    app = create_app(library, Settings(max_body_bytes=200_000, rate_limit=0), store=store, **more)  # type: ignore[arg-type]
    with TestClient(app) as client:
        yield client


def talking(client: TestClient, key: str | None = None, **more: object) -> Coach:
    """Return a typed client of a served store."""
    return Coach("http://testserver", key=key, http=client, retries=0, **more)  # type: ignore[arg-type]


def fill(store: Store, organisation: str = "maison") -> None:
    """Keep a small organisation: an anchor circle with an objective, two circles, a cycle."""
    with store.write(organisation) as unit:
        unit.organisation.put(Organisation(name="La Maison", language="fr"))
        unit.cycles.put(
            Cycle.model_validate({"id": "2027-C1", "start": "2027-01-01", "end": "2027-04-30"}, strict=False)
        )
        unit.circles.put(Circle(id="ancre", name="Ancrage", kind="anchor", purpose="Des familles sereines"))
        unit.circles.put(
            Circle(
                id="accueil", name="Accueil", purpose="Chaque parent part l'esprit tranquille",
                accountabilities=["Gérer la liste d'attente", "Tenir les dossiers des enfants"],
            )
        )  # fmt: skip
        unit.circles.put(Circle(id="jeux", name="Jeux", purpose="Jouer"))
        unit.objectives.put(
            Objective(id="C1", circle="ancre", cycle="2027-C1", title="Devenir la crèche que les parents recommandent")
        )


def key_of(store: Store, role: str, organisation: str = "maison") -> str:
    """Make a key."""
    with store.write(organisation) as unit:
        return unit.keys.create("test", role)[1]  # type: ignore[arg-type]
