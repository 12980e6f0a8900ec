"""Examples that the API's description shows; the tests send every one of them."""

from typing import Any

DRAFT: dict[str, Any] = {
    "schema": "okr-set/1",
    "stage": "draft",
    "circles": [
        {
            "id": "accueil",
            "name": "Accueil des tout-petits",
            "purpose": "Chaque parent part travailler l'esprit tranquille",
            "accountabilities": ["Gérer la liste d'attente", "Tenir les dossiers des enfants"],
        }
    ],
    "objectives": [
        {
            "id": "O1",
            "circle": "accueil",
            "title": "Revoir nos matinées d'adaptation afin que les enfants se séparent sans pleurs",
            "key_results": [
                {"id": "KR1", "title": "Enfants qui pleurent plus de dix minutes : de 7 à 3 sur 12"},
                {"id": "KR2", "title": "Organiser 6 soirées d'information pour les parents"},
            ],
        }
    ],
}

#: Operation -> a body it takes.
BODIES: dict[str, Any] = {
    "createReview": DRAFT,
    "saveObjective": {
        "stage": "draft",
        "source": {"version": "7"},
        "cycle": "2027-C1",
        "objectives": DRAFT["objectives"],
    },
    "decideFinding": {"decision": "dismissed", "reason": "deliberate", "until": "2027-04-30"},
    "putOrganisation": {
        "name": "La Maison des petits",
        "language": "fr",
        "mission": "Des familles qui partent travailler l'esprit tranquille",
        "strategy": [
            {"id": "S1", "text": "Être la crèche que les parents du quartier recommandent", "horizon": "2028"}
        ],
    },
    "putCircle": {
        "id": "accueil",
        "name": "Accueil des tout-petits",
        "kind": "circle",
        "purpose": "Chaque parent part travailler l'esprit tranquille",
        "accountabilities": ["Gérer la liste d'attente", "Tenir les dossiers des enfants"],
        "metrics": [{"name": "Places occupées", "unit": "%", "current": 96.0, "low": 92.0, "high": 99.0}],
    },
    "putCycle": {"id": "2027-C1", "name": "janv.-avr. 2027", "start": "2027-01-01", "end": "2027-04-30"},
    "putObjective": {
        "id": "O1",
        "circle": "accueil",
        "cycle": "2027-C1",
        "title": "Revoir nos matinées d'adaptation afin que les enfants se séparent sans pleurs",
        "key_results": [{"id": "KR1", "title": "Enfants qui pleurent plus de dix minutes : de 7 à 3 sur 12"}],
    },
    "putProject": {"id": "P1", "circle": "accueil", "title": "Carnet de liaison sur téléphone", "delivers": ["KR1"]},
    "putLink": {"from": "O1", "to": "S1", "origin": "bottom_up", "state": "proposed"},
    "decidePair": {
        "a": "Carnet de liaison sur téléphone",
        "b": "Application pour les parents",
        "relation": "duplicate",
    },
    "putGlossary": {"terms": [{"term": "PEP", "means": "parent", "language": "fr"}]},
    "findNeighbours": {
        "title": "Former les équipes au nouvel outil de paie",
        "circle": "finance",
        "items": [{"id": "P7", "title": "Former les conseillers au nouvel outil de paie", "circle": "it"}],
    },
}
