"""Examples that the API's description shows; the tests send every one of them."""

DRAFT = {
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
