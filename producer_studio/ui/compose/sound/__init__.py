"""Sound field of the compose form: editor, completion, and words to choose from."""
