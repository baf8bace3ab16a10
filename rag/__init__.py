"""Question -> checked answer: the serving half of the assistant. Never imports a parser."""
