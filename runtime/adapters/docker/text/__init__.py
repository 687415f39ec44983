"""Docker's own words: tables, sizes, durations, Go's formats, as docker's CLI prints them."""
