{#
  The second files of a bank, which client holds which product, that this run reads: all of them; where extracts are dated by their
  names or rows, those with the date of the snapshot in their names. None of an earlier month that has none: what was held then is not known.
#}
{% macro holdings_files(portfolio) %}
    {%- set location = holdings_location(portfolio) -%}
    {%- set files = files_at(location) if location else [] -%}
    {%- set said, snapshot = portfolio_option(portfolio, 'snapshots'), snapshot_of(portfolio) -%}
    {%- if not files or not snapshot or (said is not mapping and said != 'file_name') -%}
        {{ return(files) }}
    {%- endif -%}
    {%- set own, like = [], ': where extracts have dates each month has a second file of its own, named like holdings_2026-01-31.csv.' -%}
    {%- for file in files -%}
        {%- set found = dates_in_name(file) -%}
        {%- if found | length != 1 -%}
            {%- do stop_build(portfolio | upper ~ '_HOLDINGS: ' ~ file ~ ' has no date or more than one in its name' ~ like) -%}
        {%- endif -%}
        {%- do own.append(file) if found[0] == snapshot['date'] -%}
    {%- endfor -%}
    {%- if not own and snapshot['date'] == snapshot['on_disk'] | last -%}
        {%- do stop_build(portfolio | upper ~ '_HOLDINGS: no file of ' ~ snapshot['date'] ~ ', the latest month' ~ like) -%}
    {%- endif -%}
    {{ return(own) }}
{% endmacro %}
