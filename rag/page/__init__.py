"""The page's behaviour: style and script for the browser, and what Python does for each of its events."""
