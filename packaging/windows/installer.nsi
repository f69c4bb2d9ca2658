; The setup for Windows: for one user, without an administrator. Compiled by windows_installer.py.
;
;   setup.exe [/S] [/D=FOLDER]      /S asks nothing; /D comes last and without quotes
;   uninstall.exe [/S]
;
; Exit codes of both: 0 done, 1 stopped by the user, 2 stopped by the system, 3 the program is open,
; 4 this Windows cannot run it.

Unicode true
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "WinVer.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"

; Written for this payload: what is defined below in capitals, PutFiles, TakeFiles, AddOpenWith and
; RemoveOpenWith.
!include "${FACTS}"

!define NAME "Producer Studio"
!define PROGRAM "producer-studio"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\ProducerStudio"
!define CLASSES "Software\Classes"
!define KIND "ProducerStudio.Audio"
!define OPEN '"$INSTDIR\${PROGRAM}.exe" window -- "%1"'

!define EXIT_OPEN 3
!define EXIT_OLD 4

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS all
SetCompressor /SOLID lzma
SetCompressorDictSize 64
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION_OF_FOUR}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Sets up ${NAME}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "${COPYRIGHT}"

; Both lines are left out when there is no certificate. The uninstaller is signed before it is packed.
!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif

Var Library
Var Upgrading

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "$(Welcome)"
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}.exe"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH

!define MUI_UNCONFIRMPAGE_TEXT_TOP "$(WhatStays)"
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!define MUI_FINISHPAGE_TEXT "$(WhatStayed)"
!insertmacro MUI_UNPAGE_FINISH

; The first language stands in where the system's own is missing. Another one is a line here and a
; file beside english.nsh.
!insertmacro MUI_LANGUAGE "English"
!include "languages\english.nsh"

; Sees that nobody is using the files of a folder before they change, and never ends the program
; itself: Windows lets nobody write to a program that runs.
!macro AskToClose un
Function ${un}AskToClose
  Exch $0
  Push $1
  again:
  ClearErrors
  ${If} ${FileExists} "$0\${PROGRAM}.exe"
    FileOpen $1 "$0\${PROGRAM}.exe" a
    IfErrors open
    FileClose $1
  ${EndIf}
  ${If} ${FileExists} "$0\${PROGRAM}-cli.exe"
    FileOpen $1 "$0\${PROGRAM}-cli.exe" a
    IfErrors open
    FileClose $1
  ${EndIf}
  Pop $1
  Pop $0
  Return
  open:
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(StillOpen)" /SD IDCANCEL IDRETRY again
  SetErrorLevel ${EXIT_OPEN}
  Quit
FunctionEnd
!macroend
!insertmacro AskToClose ""
!insertmacro AskToClose "un."

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    MessageBox MB_OK|MB_ICONSTOP "$(TooOld)" /SD IDOK
    SetErrorLevel ${EXIT_OLD}
    Quit
  ${EndIf}
FunctionEnd

Section "${NAME}" PROGRAM_PART
  SectionIn RO

  ; What an earlier version put here is taken away by its own list, so nothing of it is left over.
  ReadRegStr $0 HKCU "${KEY}" "InstallLocation"
  ${If} $0 != ""
  ${AndIf} ${FileExists} "$0\uninstall.exe"
    Push $0
    Call AskToClose
    ; With _? it works in place and is waited for; what follows that is its folder, unquoted.
    ExecWait '"$0\uninstall.exe" /S /UPGRADE _?=$0' $1
    ${If} $1 <> 0
      MessageBox MB_OK|MB_ICONSTOP "$(OldStays)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    ${If} $0 != $INSTDIR
      Delete "$0\uninstall.exe"
      RMDir "$0"
    ${EndIf}
  ${EndIf}
  Push $INSTDIR
  Call AskToClose

  !insertmacro PutFiles
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}.exe"

  WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}.exe,0"
  WriteRegStr HKCU "${KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" ${SIZE_KIB}
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
SectionEnd

Section "$(OpenWithName)" OPEN_WITH_PART
  ; Offers the studio under “Open with”; what opens a file by default stays as it is.
  WriteRegStr HKCU "${CLASSES}\${KIND}" "" "$(AudioFile)"
  WriteRegStr HKCU "${CLASSES}\${KIND}\DefaultIcon" "" "$INSTDIR\${PROGRAM}.exe,0"
  WriteRegStr HKCU "${CLASSES}\${KIND}\shell\open\command" "" '${OPEN}'
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}.exe" "FriendlyAppName" "${NAME}"
  WriteRegStr HKCU "${CLASSES}\Applications\${PROGRAM}.exe\shell\open\command" "" '${OPEN}'
  !insertmacro AddOpenWith
  ${RefreshShellIcons}
SectionEnd

Section /o "$(DesktopName)" DESKTOP_PART
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${PROGRAM}.exe"
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM_PART} "$(ProgramMeans)"
  !insertmacro MUI_DESCRIPTION_TEXT ${OPEN_WITH_PART} "$(OpenWithMeans)"
  !insertmacro MUI_DESCRIPTION_TEXT ${DESKTOP_PART} "$(DesktopMeans)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/UPGRADE" $1
  StrCpy $Upgrading 0
  ${IfNot} ${Errors}
    StrCpy $Upgrading 1
  ${EndIf}
  Call un.FindLibrary
  !ifdef PROOF
    ; Only in what windows_proof.py compiles, which cannot read a window.
    FileOpen $0 "$LOCALAPPDATA\library.txt" w
    FileWriteUTF16LE $0 $Library
    FileClose $0
  !endif
FunctionEnd

; Sets $Library to the folder that the program uses: the one in its settings, or the usual one. The
; settings are JSON in UTF-8 with a line for each, in which only \ is doubled in a path of Windows.
Function un.FindLibrary
  StrCpy $Library "$MUSIC\${NAME}"
  ClearErrors
  FileOpen $0 "$LOCALAPPDATA\${PROGRAM}\preferences.json" r
  IfErrors done
  FileSeek $0 0 END $1
  FileSeek $0 0
  ; Zeroes end what is read into it.
  IntOp $2 $1 + 1
  System::Alloc $2
  Pop $3
  System::Call 'kernel32::ReadFile(p r0, p r3, i r1, *i .r4, p 0)'
  FileClose $0
  System::Call 'shlwapi::StrStrA(p r3, m `"library_dir": "`) p .r5'
  ${If} $5 P<> 0
    IntPtrOp $5 $5 + 16
    System::Call 'shlwapi::StrStrA(p r5, m `"`) p .r6'
    ${If} $6 P<> 0
      IntPtrOp $6 $6 - $5
      ${If} $6 > 0
        System::Call 'kernel32::MultiByteToWideChar(i 65001, i 0, p r5, i r6, w .r7, i ${NSIS_MAX_STRLEN}) i .r8'
        ${If} $8 > 0
          StrCpy $7 $7 $8
          ${WordReplace} $7 "\\" "\" "+" $Library
        ${EndIf}
      ${EndIf}
    ${EndIf}
  ${EndIf}
  System::Free $3
  done:
FunctionEnd

Section "Uninstall"
  Push $INSTDIR
  Call un.AskToClose

  ; One by one: the folder may be the user's own, with other things in it.
  ClearErrors
  !insertmacro TakeFiles
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(SomeLeft)" /SD IDOK
    SetErrorLevel 2
  ${EndIf}
  !insertmacro TakeFolders

  ; A newer version follows, and has shortcuts and entries of its own.
  ${If} $Upgrading = 1
    Return
  ${EndIf}

  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegKey HKCU "${CLASSES}\${KIND}"
  DeleteRegKey HKCU "${CLASSES}\Applications\${PROGRAM}.exe"
  !insertmacro RemoveOpenWith
  DeleteRegKey HKCU "${KEY}"
  ${un.RefreshShellIcons}
SectionEnd
