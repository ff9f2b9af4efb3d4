{#
  The dates that the name of a file holds, as texts in order: 2026-01-31, 31.01.2026 and 20260131 are days, 2026-01 and 202601 the
  last day of their month. `bank_churn.months.dates` does the same for `bank_churn build`.
#}
{% macro dates_in_name(file) %}
    {%- set rest = namespace(text=modules.re.split('[/\\\\]', file)[-1]) -%}
    {%- set found = [] -%}
    {%- for pattern in [
        '(?<![0-9])(?P<year>20[0-9]{2})(?P<sign>[-_.]?)(?P<month>[0-9]{2})(?P=sign)(?P<day>[0-9]{2})(?![0-9])',
        '(?<![0-9])(?P<day>[0-9]{2})(?P<sign>[-_.])(?P<month>[0-9]{2})(?P=sign)(?P<year>20[0-9]{2})(?![0-9])',
        '(?<![0-9])(?P<year>20[0-9]{2})[-_.]?(?P<month>[0-9]{2})(?![0-9])'
    ] -%}
        {%- set kept = [] -%}
        {%- set place = namespace(value=0) -%}
        {%- for match in modules.re.finditer(pattern, rest.text) -%}
            {%- set parts = match.groupdict() -%}
            {%- set year, month = parts['year'] | int, parts['month'] | int -%}
            {%- if 1 <= month <= 12 -%}
                {%- set after = modules.datetime.date(year + month // 12, month % 12 + 1, 1) -%}
                {%- set last = (after - modules.datetime.timedelta(days=1)).day -%}
                {%- set day = (parts.get('day') or last) | int -%}
                {%- if 1 <= day <= last -%}
                    {%- do found.append(modules.datetime.date(year, month, day).isoformat()) -%}
                    {%- do kept.append(rest.text[place.value:match.start()]) -%}
                    {%- set place.value = match.end() -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do kept.append(rest.text[place.value:]) -%}
        {%- set rest.text = kept | join(' ') -%}
    {%- endfor -%}
    {{ return(found | unique | sort | list) }}
{% endmacro %}
