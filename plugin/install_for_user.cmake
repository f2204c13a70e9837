# SPDX-License-Identifier: GPL-2.0-or-later
# Installs `plugin` and the files `profile` where Wireshark looks for what belongs to the user.
set(home "$ENV{HOME}")
set(configuration "$ENV{XDG_CONFIG_HOME}")
if(home STREQUAL "")
  message(FATAL_ERROR "HOME is not set, so there is no place to install to.")
endif()
if(configuration STREQUAL "")
  set(configuration "${home}/.config")
endif()
file(INSTALL ${plugin} DESTINATION "${home}/.local/lib/wireshark/plugins/${wireshark_version}/epan")
file(INSTALL ${profile} DESTINATION "${configuration}/wireshark/profiles/IPIP")
