# SPDX-License-Identifier: GPL-2.0-or-later
# As Debian builds its packages, for all that is built, so that what is tested is what is installed. FORTIFY needs an optimiser; the
# sanitizers do more than all of it. tests/library/test_hardening.py reads what has come of it.
include(CheckCCompilerFlag)
include(CheckPIESupported)

check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  string(MAKE_C_IDENTIFIER IPIP_HAS${flag} known)
  check_c_compiler_flag(${flag} ${known})
  if(${known})
    add_compile_options(${flag})
  endif()
endforeach()
add_compile_options("$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
add_link_options(LINKER:-z,relro,-z,now,-z,noexecstack)
