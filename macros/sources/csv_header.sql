{# The field separator, unless it is given, the column names of a csv file, read from its first line, and its number of fields. #}
{% macro csv_header(file, name=none, separator='') %}
    {%- set line = (run_query('select line from ' ~ csv_lines(file, in_order=true) ~ ' limit 1').columns[0].values() | first or '').lstrip('\ufeff') -%}
    {%- if not line -%}
        {%- do stop_build((name or file) ~ ' is empty: the first line must hold the column names.') -%}
    {%- endif -%}
    {%- set separators = [',', ';', '\t', '|'] -%}
    {%- set best = namespace(separator=separator or ',') -%}
    {%- set unquoted = modules.re.sub('"[^"]*"', '', line) -%}
    {%- for sign in separators if not separator and unquoted.count(sign) > unquoted.count(best.separator) -%}
        {%- set best.separator = sign -%}
    {%- endfor -%}
    {%- set field = '( *"[^"]*" *|[^"' ~ best.separator ~ ']*)' ~ modules.re.escape(best.separator) -%}
    {%- set names = [] -%}
    {%- for name in modules.re.findall(field, line ~ best.separator) -%}
        {%- do names.append(name.strip().strip('"').strip()) -%}
    {%- endfor -%}
    {#- A separator at the end of the line makes a column without a name. -#}
    {%- set width = names | length -%}
    {%- for place in range(width) if not names[-1] -%}
        {%- do names.pop() -%}
    {%- endfor -%}
    {{ return({'separator': best.separator, 'columns': names, 'width': width}) }}
{% endmacro %}
