# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of ipip for fish: the command knows what may follow.

function __ipip_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l typed $words[-1]
    for line in ($words[1] --complete $words[2..-1] 2>/dev/null)
        if string match -q -- ':files*' $line
            set -l prefix (string replace -r -- '^:files ?' '' $line)
            set -l part (string sub -s (math (string length -- $prefix) + 1) -- $typed)
            for path in (__fish_complete_path $part)
                echo -- $prefix$path
            end
        else
            echo -- $line
        end
    end
end

complete -c ipip -f -k -a '(__ipip_complete)'
