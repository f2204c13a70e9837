# SPDX-License-Identifier: GPL-2.0-or-later
# The command's manual pages, which it prints itself, and the completion of shells.
set(manuals ${CMAKE_CURRENT_BINARY_DIR}/man)
set(pages "")

function(ipip_manual page)
  add_custom_command(OUTPUT ${manuals}/${page}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${manuals}
    COMMAND ipip ${ARGN} > ${manuals}/${page}
    DEPENDS ipip VERBATIM)
  set(pages ${pages} ${manuals}/${page} PARENT_SCOPE)
endfunction()

ipip_manual(ipip.1 --manual)
ipip_manual(ipip-rules.7 --manual-rules)
# The commands are the rows of main.c.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/main.c)
file(STRINGS main.c verbs REGEX "^    {\"[a-z]+\", verb_")
list(TRANSFORM verbs REPLACE "^    {\"([a-z]+)\".*" "\\1")
foreach(verb ${verbs})
  ipip_manual(ipip-${verb}.1 ${verb} --manual)
endforeach()
add_custom_target(ipip_manuals ALL DEPENDS ${pages})

foreach(page ${pages} ${PROJECT_SOURCE_DIR}/doc/man/ipip.conf.5)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT analyzer)
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/completion/ipip.bash RENAME ipip
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT analyzer)
install(FILES ${PROJECT_SOURCE_DIR}/completion/_ipip DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT analyzer)
install(FILES ${PROJECT_SOURCE_DIR}/completion/ipip.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT analyzer)
