{# By how much each step of a search by halves moves on among so many cuts, so that no step looks beyond the last cut. #}
{% macro halving_widths(cut_count) %}
    {%- set left = namespace(count=cut_count) -%}
    {%- set widths = [] -%}
    {%- for _ in range(cut_count) if left.count > 1 -%}
        {%- do widths.append(left.count // 2) -%}
        {%- set left.count = left.count - left.count // 2 -%}
    {%- endfor -%}
    {{ return(widths + ([1] if cut_count else [])) }}
{% endmacro %}
