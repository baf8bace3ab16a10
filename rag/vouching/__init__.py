"""The checks that a sentence of a language model must pass before a reader sees it (rag.vouch puts them in order).

Every check takes the sentence and the quoted sources it cites, and says whether the
sources bear it out. None of them asks a model, and none measures likeness alone: a
sentence with 15% is as like its source as one with 5%.
"""
