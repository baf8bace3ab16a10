"""Files -> clauses -> index. The only half that parses source files."""
