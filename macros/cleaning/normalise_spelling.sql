{#
  A spelling in the form the reference seeds are written in: lower case, е for ё, one space for hyphens and spaces of any
  width, nothing for signs that cannot be seen. Most texts have none of the rare ones: `translate` prepares its signs for each
  row anew.
#}
{% macro normalise_spelling(column) -%}
    {%- set spaces = '\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013\u2014\u2212' -%}
    {%- set unseen = '\u00ad\u200b\u200c\u200d\u2060\ufeff' -%}
    {%- set small = 'lower(' ~ trimmed(column) ~ ')' -%}
    {%- set usual -%}
        case
            when regexp_replace({{ small }}, '[{{ spaces ~ unseen }}]', '') = {{ small }} then {{ small }}
            else translate({{ small }}, '{{ spaces ~ unseen }}', '{{ ' ' * (spaces | length) }}')
        end
    {%- endset -%}
    replace(replace(replace(replace({{ usual }}, 'ё', 'е'), '-', ' '), '  ', ' '), '  ', ' ')
{%- endmacro %}
