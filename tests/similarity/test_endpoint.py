"""An embeddings endpoint: in batches, cached; slow, down, or answering nonsense, it is a clear error and never NaN."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from coach.errors import MissingPartError, SettingsError
from coach.review.similarity import Choice, Similarity
from coach.settings import Settings
from coach.similarity.embedder import EmbeddingError
from coach.similarity.endpoint import EndpointEmbedder, MemoryCache
from coach.similarity.hub import HubEmbedder
from coach.similarity.library import embedder_of, house


class Endpoint(BaseHTTPRequestHandler):
    mode = "good"
    asked: list[int] = []

    def do_POST(self):
        texts = json.loads(self.rfile.read(int(self.headers["content-length"])))["input"]
        type(self).asked.append(len(texts))
        if self.mode == "slow":
            time.sleep(1.5)
        size = 4 if self.mode != "grows" else 4 + len(type(self).asked)
        rows = [
            [float(len(t)), 1.0, float("nan") if self.mode == "nan" else 2.0, 3.0, 1.0, 1.0, 1.0][:size] for t in texts
        ]
        if self.mode == "short":
            rows = rows[:-1]
        data = {
            "object": "list",
            "data": [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(rows)],
        }
        body = (
            b"<html>"
            if self.mode == "html"
            else json.dumps(data | {"model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}).encode()
        )
        self.send_response(500 if self.mode == "down" else 200)
        self.send_header("content-type", "text/html" if self.mode == "html" else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def endpoint():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Endpoint.mode, Endpoint.asked = "good", []
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def made(url, **options):
    return EndpointEmbedder(url, "m", house().lexicon, timeout=0.5, **options)


def test_texts_go_in_batches_and_are_asked_once(endpoint):
    embedder = made(endpoint, cache=MemoryCache())
    rows = embedder.encode([f"titre {at}" for at in range(200)] + ["titre 0", ""])
    assert Endpoint.asked == [128, 72]
    assert rows.shape == (202, 4)
    assert np.allclose(rows[0], rows[200])
    assert not rows[201].any()
    embedder.encode(["titre 7"])
    assert len(Endpoint.asked) == 2


@pytest.mark.parametrize("mode", ["slow", "down", "nan", "short", "html"])
def test_an_endpoint_that_fails_is_a_clear_error(endpoint, mode):
    Endpoint.mode = mode
    with pytest.raises(EmbeddingError, match="endpoint"):
        made(endpoint).encode(["Fermer deux agences"])


def test_vectors_that_change_their_length_are_refused(endpoint):
    Endpoint.mode = "grows"
    embedder = made(endpoint)
    embedder.encode(["a b"])
    with pytest.raises(EmbeddingError, match="numbers a text"):
        embedder.encode(["c d"])


def test_the_service_falls_back_to_the_house_and_says_so_and_comes_back(endpoint):
    layer = Similarity(Choice.of(Settings(embedder="endpoint:m", embedder_url=endpoint, embedder_timeout=0.5)))
    Endpoint.mode = "down"
    said = layer.run(lambda scorer: scorer.relate("Fermer deux agences", "Fermer deux agences"))
    assert said.relation == "duplicate"
    assert layer.degraded is not None
    Endpoint.mode = "good"
    layer.run(lambda scorer: scorer.relate("Fermer deux agences", "Ouvrir deux agences"))
    assert layer.degraded is None


def test_an_endpoint_needs_an_address():
    with pytest.raises(SettingsError, match="COACH_EMBEDDER_URL"):
        embedder_of("endpoint:m", house().lexicon)


def test_a_hub_model_that_is_not_there_is_named(tmp_path):
    with pytest.raises((EmbeddingError, MissingPartError), match="nowhere"):
        HubEmbedder(str(tmp_path / "nowhere"), house().lexicon).encode(["x"])


def test_the_house_folder_works_as_a_hub_model():
    pytest.importorskip("sentence_transformers")
    from coach.similarity.house import HOUSE

    hub = HubEmbedder(str(HOUSE), house().lexicon)
    assert hub.dimensions == house().dimensions
    assert np.allclose(hub.encode(["Fermer deux agences"]), house().encode(["Fermer deux agences"]), atol=1e-5)
    assert len(hub.version) == 12
