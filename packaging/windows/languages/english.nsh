; What the setup for Windows says, beyond what NSIS says itself.

LangString Welcome ${LANG_ENGLISH} "This puts Producer Studio on this computer for you alone. No administrator is needed, and nothing else is changed.$\r$\n$\r$\nYour songs go to $MUSIC\Producer Studio, or to the folder that you choose in the settings, as plain files that stay yours."

LangString StillOpen ${LANG_ENGLISH} "Producer Studio is open.$\r$\n$\r$\nPlease close it, then choose Retry. What a service is making goes on there and comes home at the next start."
LangString TooOld ${LANG_ENGLISH} "Producer Studio needs 64-bit Windows 10 (version 1809) or later. Nothing was changed."
LangString OldStays ${LANG_ENGLISH} "The version that is installed could not be taken away, so nothing new was installed. Restart Windows and run this setup again. Your library and settings are untouched."
LangString SomeLeft ${LANG_ENGLISH} "Some files of the program could not be removed from $INSTDIR. Your library and settings are untouched."

LangString ProgramMeans ${LANG_ENGLISH} "The studio, with its entry in the Start menu."
LangString OpenWithName ${LANG_ENGLISH} "Offer it for audio files"
LangString OpenWithMeans ${LANG_ENGLISH} "Adds the studio to “Open with”. What opens your audio files stays as it is."
LangString DesktopName ${LANG_ENGLISH} "Shortcut on the desktop"
LangString DesktopMeans ${LANG_ENGLISH} "A second way to start the studio."
LangString AudioFile ${LANG_ENGLISH} "Audio"

LangString WhatStays ${LANG_ENGLISH} "Only the program is removed. Your library stays in $Library, with every clip, and your settings stay in $LOCALAPPDATA\producer-studio."
LangString WhatStayed ${LANG_ENGLISH} "The program is gone. Your library is still here, and a later installation opens it again:$\r$\n$\r$\n$Library$\r$\n$\r$\nSettings are in $LOCALAPPDATA\producer-studio, and keys of accounts in Windows' Credential Manager."
