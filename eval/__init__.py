"""Does the assistant answer correctly? Gold questions, metrics, baselines, benchmark."""
