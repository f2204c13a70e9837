# SPDX-License-Identifier: GPL-2.0-or-later
# A missing dependency is an error that names the Debian package to install and the switch that does without it.

function(ipip_missing what package switch)
  message(FATAL_ERROR "${what} is missing. Install the Debian package ${package}, or configure with ${switch}.")
endfunction()

# Finds the pkg-config module `module` as the target PkgConfig::${prefix}.
function(ipip_require_module prefix module package switch)
  find_package(PkgConfig QUIET)
  if(NOT PkgConfig_FOUND)
    ipip_missing(pkg-config pkg-config "${switch}")
  endif()
  pkg_check_modules(${prefix} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT ${prefix}_FOUND)
    ipip_missing(${module} ${package} "${switch}")
  endif()
endfunction()
