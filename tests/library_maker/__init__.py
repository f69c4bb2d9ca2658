"""Makes libraries of any number of clips, for measuring and for trying out.

python3 -m tests.library_maker --clips N FOLDER
"""
