# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of cclb(1) for bash: commands, options, their values, hooks, messages and forms, and files.
#
# tests/cli_completion_test.py holds these tables against what the command itself says.

# _cclb_options COMMAND: its options; those that take a value end in "=".
_cclb_options() {
    local module='--max-module-bytes= --limit='
    local sandbox='--isolation= --reset='
    case $1 in
    inspect) echo "--slot= --reference= $sandbox $module --json --help" ;;
    admit) echo "--slot= --reference= $sandbox --deadline= $module --json --help" ;;
    call)
        echo "--request= --failure-policy= --origin-policy= --cookie-redaction --archive-json= --raw-in= --raw-out=" \
            "--capsule= --keep-unreadable --metrics --reference= $sandbox --deadline= $module --json --help"
        ;;
    sse)
        echo "--request= --failure-policy= --event-max-bytes= --session --summary= --capsule= --metrics" \
            "--reference= $sandbox --deadline= $module --help"
        ;;
    replay) echo "--any-plugin --deadline= --memory= $module --json --help" ;;
    bench) echo "--request= --seconds= --threads= --reference= $sandbox --deadline= $module --json --help" ;;
    new) echo '--hooks= --form= --help' ;;
    test)
        echo "--cases= --only= --update --junit= --failure-policy= --origin-policy= --cookie-redaction --reference=" \
            "$sandbox --deadline= $module --json --help"
        ;;
    conformance) echo "--plot= --reference= $sandbox --deadline= $module --json --help" ;;
    schema) echo '--form= --json --help' ;;
    'wire check') echo '--quiet --json --help' ;;
    'wire encode' | 'wire decode') echo '--help' ;;
    '') echo '--help --version' ;;
    esac
}

# _cclb_values COMMAND OPTION: the values that have names. Fails where the value is a file; prints nothing where it is
# a number.
_cclb_values() {
    local modules='metadata_bytes= functions= type_bytes= globals= exports= element_bytes= data_segments= code_work= tables=
        table_elements= body_bytes= locals= nesting= loop_nesting= loop_locals= module_bytes='
    local calls='output_body_bytes= max_headers= max_header_value_bytes= reason_bytes= max_items= url_bytes=
        claims_bytes= pass_through_bytes='
    case $1:$2 in
    *:--slot) echo 'any filter shape observe' ;;
    *:--reference) echo 'any 0.1.1 0.1.2 0.1.4 0.3.0' ;;
    *:--isolation) echo 'checked guarded on_demand' ;;
    *:--reset) echo 'auto scan pagemap rewrite decommit' ;;
    *:--failure-policy) echo 'pass-through fail-closed' ;;
    *:--origin-policy) echo 'unrestricted selected-upstream-origin' ;;
    *:--hooks) echo "$_cclb_hooks" ;;
    new:--form) echo '2 6 8 9' ;;
    *:--form) echo "$_cclb_forms" ;;
    call:--limit | sse:--limit | bench:--limit | test:--limit | conformance:--limit) echo "$modules $calls" ;;
    *:--limit) echo "$modules" ;;
    *-bytes | *:--memory | *:--deadline | *:--seconds | *:--threads | *:--only) ;;
    *) return 1 ;;
    esac
}

_cclb_commands='inspect admit call sse replay bench new test conformance schema wire help'
_cclb_wire_commands='check encode decode'
_cclb_hooks='filter shape observe transform_response transform_sse_event'
_cclb_messages='FilterRequest@ FilterResponse@ ShapeRequest@ ShapeResponse@ TransformResponseRequest@
    TransformResponseResult@ TransformSseEventRequest@ TransformSseEventResult@ ObserveEvent@'
_cclb_forms='W2 W3 W4 W5 W6 W8 W9'

# _cclb_offer WORDS CURRENT: those that CURRENT may become. Behind "=" and "@" there is more to come.
_cclb_offer() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
    case ${COMPREPLY[0]} in
    *[=@]) compopt -o nospace 2>/dev/null ;;
    esac
}

# _cclb_offer_files CURRENT [PATTERN]: files, or those of that pattern and folders.
_cclb_offer_files() {
    compopt -o filenames 2>/dev/null
    if [[ -n ${2-} ]]; then
        mapfile -t COMPREPLY < <(compgen -f -X "!$2" -- "$1"; compgen -d -- "$1")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$1")
    fi
}

# _cclb_offer_operand COMMAND HOW_MANY_BEFORE CURRENT
_cclb_offer_operand() {
    case $1:$2 in
    call:1 | bench:1 | schema:0) _cclb_offer "$_cclb_hooks" "$3" ;;
    inspect:0 | admit:0 | call:0 | sse:0 | replay:1 | bench:0 | test:0 | conformance:0) _cclb_offer_files "$3" '*.wasm' ;;
    'wire encode:0' | 'wire decode:0')
        case $3 in
        *@*) _cclb_offer "${_cclb_forms//W/${3%%@*}@W}" "$3" ;; # where "@" does not part words
        *) _cclb_offer "$_cclb_messages" "$3" ;;
        esac
        ;;
    new:1 | replay:0 | 'wire check:0' | 'wire encode:1' | 'wire decode:1') _cclb_offer_files "$3" ;;
    esac
}

_cclb() {
    local current=${COMP_WORDS[COMP_CWORD]} command='' option='' given=' ' joined='' no_more='' asks=''
    local word i
    local operands=0
    COMPREPLY=()
    # Bash takes "--option=value" and "TYPE@FORM" for three words each.
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == [=@] ]]; then
            joined=$word
        elif [[ -n $option || -n $joined ]]; then
            option=''
            joined=''
        elif [[ -z $no_more && $word == -- ]]; then
            no_more=yes
        elif [[ -z $no_more && $word == -?* ]]; then
            given+="$word "
            [[ " $(_cclb_options "$command") " != *" $word= "* ]] || option=$word
        elif [[ $word == help && -z $command ]]; then
            asks=yes
        elif [[ -z $command || $command == wire ]]; then
            command+="${command:+ }$word"
        else
            operands=$((operands + 1))
        fi
    done
    if [[ $current == [=@] ]]; then
        joined=$current
        current=''
    fi

    if [[ -n $option ]]; then
        local values
        values=$(_cclb_values "$command" "$option") || {
            _cclb_offer_files "$current"
            return
        }
        _cclb_offer "$values" "$current"
    elif [[ $joined == @ ]]; then
        _cclb_offer "${_cclb_forms//W/@W}" "@$current" # it is replaced with its "@", which "=" is not
    elif [[ -n $joined ]]; then
        return # a limit's number
    elif [[ -z $no_more && $current == -* ]]; then
        local offered=''
        for word in $(_cclb_options "$command"); do
            [[ $word == --limit= || $given != *" ${word%=} "* ]] || continue
            offered+=" ${word%=}"
        done
        _cclb_offer "$offered" "$current"
    elif [[ -z $command ]]; then
        _cclb_offer "$_cclb_commands" "$current"
    elif [[ $command == wire ]]; then
        _cclb_offer "$_cclb_wire_commands" "$current"
    elif [[ -z $asks ]]; then
        _cclb_offer_operand "$command" "$operands" "$current"
    fi
}

complete -F _cclb cclb
