"""What the default pipelines of LlamaIndex and Haystack reach: requirements-peers.txt has their packages.

Same documents and same encoder as ours; splitter, chunk size, store and ranking as each
framework comes; the top chunk is the answer. They are given the benefit of the doubt about
their clauses that the plain LangChain pipeline gets. Neither is sent to the network: the
telemetry of Haystack is switched off before it is imported.
"""

import os
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from eval.baselines import chunk_answer
from rag.builds import Build
from rag.embedder import Embedder
from rag.types import Answer

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

from haystack import Document as HaystackDocument
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from llama_index.core import Document as LlamaDocument
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from pydantic import PrivateAttr


class LlamaIndexPipeline:
    """SentenceSplitter (1024 tokens, 200 overlapping), vector index in memory, top chunk."""

    def __init__(self, build: Build, embedder: Embedder) -> None:
        self.build = build
        documents = [LlamaDocument(text=one.text, id_=one.id) for one in build.documents.values()]
        nodes = SentenceSplitter().get_nodes_from_documents(documents)
        index = VectorStoreIndex(nodes, embed_model=_LlamaEmbedding(embedder))
        self.retriever = index.as_retriever(similarity_top_k=1)

    def __call__(self, question: str, gold: Collection[str] = ()) -> Answer:
        """The top chunk whole; it never refuses."""
        node = self.retriever.retrieve(question)[0].node
        return chunk_answer(question, node.text, node.ref_doc_id, node.start_char_idx, self.build, gold)


class HaystackPipeline:
    """DocumentSplitter (200 words between white space, which Chinese hardly has), store in memory, top chunk."""

    def __init__(self, build: Build, embedder: Embedder) -> None:
        self.build, self.embedder = build, embedder
        documents = [
            HaystackDocument(content=one.text, meta={"document_id": one.id})
            for one in build.documents.values()
        ]
        chunks = DocumentSplitter().run(documents)["documents"]
        vectors = embedder.embed_documents([chunk.content for chunk in chunks])
        store = InMemoryDocumentStore()
        store.write_documents(
            [replace(chunk, embedding=vector) for chunk, vector in zip(chunks, vectors, strict=True)]
        )
        self.retriever = InMemoryEmbeddingRetriever(store, top_k=1)

    def __call__(self, question: str, gold: Collection[str] = ()) -> Answer:
        """The top chunk whole; it never refuses."""
        found = self.retriever.run(query_embedding=self.embedder.embed_query(question))["documents"][0]
        place = found.meta
        return chunk_answer(
            question, found.content, place["document_id"], place["split_idx_start"], self.build, gold
        )


class _LlamaEmbedding(BaseEmbedding):  # type: ignore[misc]  # the package is optional and seen as Any
    """Our embedder as LlamaIndex calls one."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **data: Any) -> None:  # noqa: ANN401 (fields of the base model)
        super().__init__(**data)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embedder.embed_query(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._embedder.embed_documents([text])[0]
