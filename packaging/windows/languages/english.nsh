; What the setup for Windows says, beyond what NSIS says itself.

LangString Welcome ${LANG_ENGLISH} "This installs Producer Studio for the current user only. Administrator rights are not required, and nothing else is changed.$\r$\n$\r$\nYour songs are stored in $MUSIC\Producer Studio, or in the folder you choose in the settings, as plain files that stay yours."

LangString StillOpen ${LANG_ENGLISH} "Producer Studio is open.$\r$\n$\r$\nPlease close it, then choose Retry. Jobs at a service continue there, and their results are downloaded at the next start."
LangString TooOld ${LANG_ENGLISH} "Producer Studio needs 64-bit Windows 10 (version 1809) or later. Nothing was changed."
LangString OldStays ${LANG_ENGLISH} "The installed version could not be removed, so the new version was not installed. Restart Windows and run this setup again. Your library and settings are untouched."
LangString SomeLeft ${LANG_ENGLISH} "Some files of the program could not be removed from $INSTDIR. Your library and settings are untouched."

LangString ProgramMeans ${LANG_ENGLISH} "The studio, with its Start menu entry."
LangString OpenWithName ${LANG_ENGLISH} "Offer it for audio files"
LangString OpenWithMeans ${LANG_ENGLISH} "Adds the studio to “Open with”. Your default audio program is not changed."
LangString DesktopName ${LANG_ENGLISH} "Shortcut on the desktop"
LangString DesktopMeans ${LANG_ENGLISH} "Creates a desktop shortcut to the studio."
LangString AudioFile ${LANG_ENGLISH} "Audio"

LangString WhatStays ${LANG_ENGLISH} "Only the program is removed. Your library with all clips is kept in $Library, and your settings are kept in $LOCALAPPDATA\producer-studio."
LangString WhatStayed ${LANG_ENGLISH} "The program was removed. Your library is still here, and opens again if you reinstall the program:$\r$\n$\r$\n$Library$\r$\n$\r$\nSettings are in $LOCALAPPDATA\producer-studio, and keys of accounts in Windows' Credential Manager."
