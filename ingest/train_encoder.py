"""Train the built-in encoder from scratch: `python -m ingest.train_encoder --data FOLDER --work FOLDER`.

Four steps, the slow ones kept in the work folder so that an interrupted run goes on:
a Unigram vocabulary; skip-gram word vectors over its pieces; SIF weights
(Arora et al. 2017, https://openreview.net/forum?id=SyK00v5xx) folded into the rows,
so that a plain mean of rows is the weighted mean; contrastive training on
question-passage pairs (multiple negatives ranking). The result is a static
sentence-transformers model: `SentenceTransformer(path)` loads it, and so does
rag.embedder without torch. `--evaluate` measures it on the held-out documents.
"""

import random
from collections.abc import Iterable
from itertools import batched, islice
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer
from datasets import Dataset
from gensim.models import Word2Vec
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
