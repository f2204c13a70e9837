# SPDX-License-Identifier: GPL-2.0-or-later
# The tests that take long: in which of its two long stages scripts/test runs each, and its seconds on two idle processors.
#
#   plain       without the sanitizers, which would see nothing there that they do not see in other tests
#   sanitizers  with them only
#   both        in both stages, as all tests that are not in this table
#
# Those that take longest begin first, so that no processor is idle at the end: ctest knows how long a test takes only when it has
# run it here once.
set(long_tests
  plugin.agreement=both=150
  analyzer.chunks=both=100
  analyzer.endpoint_faults=sanitizers=140
  public.agreement=sanitizers=80
  public.decap=sanitizers=80
  public.export=sanitizers=30
  public.findings=sanitizers=20
  public.kinds=sanitizers=30
  public.roundtrip=sanitizers=20
  browser.axe=plain=90
  browser.report=plain=70
  plugin.links=plain=70
  analyzer.endpoint=sanitizers=65
  analyzer.memory=plain=60
  analyzer.byte_order=both=60
  plugin.annotation=sanitizers=50
  plugin.kinds=sanitizers=50
  analyzer.carriers=sanitizers=45
  analyzer.pair_kernel=sanitizers=45
  plugin.octets=sanitizers=45
  analyzer.order=plain=40
  analyzer.vectors=plain=40
  plugin.udp=sanitizers=40
  analyzer.captures=sanitizers=40
  analyzer.jobs=both=35
  plugin.tree=sanitizers=35
  analyzer.kernel=plain=30
  analyzer.selection=plain=30
  plugin.preferences=plain=30
  analyzer.formats=sanitizers=30
  analyzer.tunnels=sanitizers=30
  analyzer.conform=sanitizers=30
  plugin.minimal=sanitizers=30
  plugin.damage=sanitizers=30
  plugin.damaged_frames=sanitizers=40
  analyzer.command=sanitizers=25
  analyzer.live=sanitizers=25
  plugin.export=sanitizers=25
  plugin.stock=sanitizers=25
  analyzer.baseline=plain=20
  analyzer.observer=plain=20
  bench.instructions=plain=20
  plugin.reopen=plain=20
  analyzer.transform=plain=10
  analyzer.progress=plain=15
  plugin.readme=plain=10
  plugin.statistics=plain=10
  analyzer.first_contact=plain=5)

foreach(row ${long_tests})
  string(REPLACE "=" ";" row ${row})
  list(GET row 0 test)
  list(GET row 1 stage)
  list(GET row 2 seconds)
  if(TEST ${test})
    set_property(TEST ${test} PROPERTY COST ${seconds})
    if(NOT stage STREQUAL both)
      set_property(TEST ${test} APPEND PROPERTY LABELS ${stage})
    endif()
  endif()
endforeach()
